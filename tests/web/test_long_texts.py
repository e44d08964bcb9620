"""However long the names and words of a model are, its pages stay short and say what was cut."""

from web.course import NET, Course

LONG = """
import warnings
LONG = "k" * 50_000

class Long(Net):
    def __init__(self):
        super().__init__()
        self.add_module(LONG, type(LONG, (nn.Linear,), {})(10, 5))
        self.register_parameter("p" + LONG, nn.Parameter(self.layer.weight * 2))
        self.hidden = {LONG: nn.Linear(10, 5)}
        setattr(self, "h" + LONG, [nn.Linear(10, 5)])

    def extra_repr(self):
        return LONG

    def forward(self, x):
        for number in range(101):
            warnings.warn(f"{number}{LONG}")
        raise type(LONG, (Exception,), {})(LONG)
"""


def test_a_page_stays_short(course: Course) -> None:
    course.write("net.py", NET + LONG)
    client = course.open()
    for page in ("registry", "preflight"):
        pair = "left=net.Long&right=net.Net"
        for kind, most in (("", 300_000), (".json", 400_000)):
            answer = client.get(f"/{page}{kind}?{pair}")
            assert answer.status_code == 200, page
            assert len(answer.content) < most, (page, kind)
            assert "48,800 characters" in answer.text, page
        if page == "registry":
            assert "Long warns of more than these 100." in client.get(f"/registry?{pair}").text
