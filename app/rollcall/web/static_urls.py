"""The addresses of static files, which change with their content."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StaticUrls:
    """What a template needs to know of them. It can be sent to another process."""

    digests: tuple[tuple[str, str], ...]  # of each file, by its name

    def url(self, name: str) -> str:
        """The address of a file."""
        return f"/static/{name}?v={dict(self.digests)[name][:12]}"

    @property
    def stylesheets(self) -> list[str]:
        """The style of all pages, then each topic's own: htmx brings pages, and no styles."""
        sheets = [name for name, _ in self.digests if name.endswith(".css")]
        return sorted(sheets, key=lambda name: "/" in name)
