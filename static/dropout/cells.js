// Pointing at a cell of a grid, or going there with the arrow keys, follows it through all grids of the page and
// writes its equation. Without this, a field of the toolbar names the cell. The slider tells its value as it moves.
(() => {
  let pointed = null; // row and column, from 0; none: the cell that the address names
  const products = () => [...document.querySelectorAll(".product")];
  const clamp = (index, size) => Math.min(Math.max(index, 0), size - 1);

  const mark = (grid, cell) => {
    const row = clamp(cell[0], Number(grid.dataset.rows));
    const column = clamp(cell[1], Number(grid.dataset.columns));
    grid.querySelector(".marker").setAttribute("transform", `translate(${column} ${row})`);
    return [row, column];
  };

  const follow = (product, cell) => {
    const grid = product.querySelector(".cells");
    const [row, column] = mark(grid, cell);
    const { inputs, fates, equations } = product.dataset;
    const index = row * Number(grid.dataset.columns) + column;
    const [input, fate] = [inputs, fates].map((list) => list.split(" ")[index]);
    product.querySelector(".where").textContent = `row ${row + 1}, column ${column + 1}`;
    product.querySelector("output").textContent = equations.split("|")[input].split(";")[fate];
  };

  const show = () => {
    for (const product of products()) {
      const cell = pointed ?? product.dataset.cell.split(",").map(Number);
      follow(product, cell);
      for (const grid of document.querySelectorAll(".dropout .cells")) mark(grid, cell);
    }
  };

  const cellAt = (grid, { clientX, clientY }) => {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(grid.getScreenCTM().inverse());
    const { width, height } = grid.viewBox.baseVal;
    const [rows, columns] = [Number(grid.dataset.rows), Number(grid.dataset.columns)];
    return [clamp(Math.floor((y / height) * rows), rows), clamp(Math.floor((x / width) * columns), columns)];
  };

  const point = (event) => {
    const grid = event.target.closest?.(".dropout .cells");
    if (!grid && pointed === null) return;
    if (!grid && document.activeElement.closest(".product")) return; // the keyboard holds on to its cell
    pointed = grid ? cellAt(grid, event) : null;
    show();
  };
  document.addEventListener("pointermove", point);
  document.addEventListener("pointerdown", point); // a finger

  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  document.addEventListener("keydown", (event) => {
    const product = event.target.closest?.(".product");
    const step = steps[event.key];
    if (!product || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const { rows, columns } = product.querySelector(".cells").dataset;
    const [row, column] = pointed ?? product.dataset.cell.split(",").map(Number);
    pointed = [clamp(row + step[0], Number(rows)), clamp(column + step[1], Number(columns))];
    show();
  });

  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (!target.closest?.(".product") || relatedTarget?.closest(".product") || !target.isConnected) return;
    pointed = null;
    show();
  });

  document.addEventListener("input", ({ target }) => {
    if (target.id === "p" && target.type === "range") target.nextElementSibling.value = target.value;
  });

  document.addEventListener("htmx:after:swap", () => pointed && show()); // a frame brings the address's own cell
})();
