"""Pages of nets that draw without a mask, raise, have long names, or take many arguments."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from browser.looks import at_each_size, cut, overlapping
from browser_fixtures import Tab, tab_of
from serving import serving_in_a_thread

pytestmark = pytest.mark.browser

NETS = """\
import torch
import torch.nn.functional as F
from torch import nn


class LSTMNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(10, 8, num_layers=2, dropout=0.5, batch_first=True)

    def forward(self, x):
        return self.rnn(x)[0]


class NoiseNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.dropout = nn.Dropout(0.2)

    def forward(self, x):
        return self.dropout(x + 0.1 * torch.randn_like(x))


class AttentionNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_over_all_positions = nn.MultiheadAttention(10, 2, 0.1, batch_first=True)

    def forward(self, x):
        y, _ = self.attention_over_all_positions(x, x, x)
        return F.scaled_dot_product_attention(y, y, y, dropout_p=0.3)


class MyGroupNorm(nn.Module):
    def __init__(self, num_groups=5, num_channels=10, eps=0.001, affine=False):
        super().__init__()
        self.groups = nn.GroupNorm(num_groups, num_channels, eps, affine)

    def forward(self, x):
        return self.groups(x)


class OneLayerThreeTimes(nn.Module):
    def __init__(self):
        super().__init__()
        self.stack_of_layers = nn.ModuleList([nn.Linear(10, 10)] * 3)

    def forward(self, x):
        for layer in self.stack_of_layers:
            x = layer(x)
        return x


class NetThatTakesWhatNobodyGivesIt(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(10, 1)

    def forward(self, x):
        raise RuntimeError("an input of another shape was expected, one that nobody gave it")


class W_DropoutOfMW_2d(nn.Module):
    def __init__(self):
        super().__init__()
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(10, 1)

    def forward(self, x):
        return self.head(self.dropout(x))
"""
COURSE = """\
[[chapter]]
file = "nets"
title = "Nets"
input = [4, 5, 10]

[chapter.models.MyGroupNorm]
input = [4, 10]
reference = "nn.GroupNorm"
"""
PAIRS = ("left=nets.LSTMNet&right=nets.NoiseNet", "left=nets.AttentionNet&right=nets.MyGroupNorm")
RAISES = "left=nets.W_DropoutOfMW_2d&right=nets.NetThatTakesWhatNobodyGivesIt"
# How far the ink of a report ends above what follows it, and how far its head stands off what is
# above.
ROOM = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const told = [...document.querySelectorAll("main .told, main .headline > .detail")];
  const ends = told.map((each) => each.getBoundingClientRect().bottom);
  return box("footer").top - Math.max(...ends);
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    course = tmp_path_factory.mktemp("nets")
    (course / "nets.py").write_text(NETS)
    (course / "course.toml").write_text(COURSE)
    with serving_in_a_thread(course) as url:
        yield url


@pytest.fixture(scope="module")
def nets_tab(site: str, browser: Browser) -> Iterator[Tab]:
    with tab_of(browser, site) as tab:
        yield tab


@pytest.fixture
def nets(nets_tab: Tab, expected_complaints: list[str]) -> Iterator[Page]:
    yield from nets_tab.lend(expected_complaints)


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("pair", PAIRS)
def test_what_draws_without_a_mask_is_told_with_room_around_it(
    nets: Page, mode: str, pair: str
) -> None:
    for _ in at_each_size(nets, f"/dropout?{pair}&mode={mode}"):
        assert cut(nets, ".headline, .headline *, .narration, .settings") == []
        assert overlapping(nets, ".narration, .settings, .player, .headline, .legend") == []
        assert nets.evaluate(ROOM) >= 12


@pytest.mark.parametrize("page", ["modes", "forward", "registry"])
@pytest.mark.parametrize("pair", PAIRS)
def test_no_page_is_wider_than_its_window(nets: Page, page: str, pair: str) -> None:
    for _ in at_each_size(nets, f"/{page}?{pair}"):
        assert overlapping(nets, ".narration, .headline, table, .calls, .flags") == []
        assert cut(nets, ".count, .headline, .narration") == []


def test_a_reference_with_many_arguments_stays_in_its_column(
    nets: Page,
) -> None:
    for _ in at_each_size(nets, "/layers?left=nets.MyGroupNorm&right=nets.MyGroupNorm"):
        assert len(nets.locator("#left .count code").inner_text()) > 60
        assert cut(nets, ".count, .headline, .narration") == []


def test_a_net_that_cannot_be_trained_leaves_the_curves_to_the_other(nets: Page) -> None:
    for _ in at_each_size(nets, f"/training?{RAISES}&steps=3"):
        assert nets.locator("#right .raised").count() == 1
        assert overlapping(nets, ".raised, .curves, .result, .tensors") == []
        assert cut(nets, ".narration, .raised") == []


@pytest.mark.parametrize("page", ["registry", "dropout"])
def test_a_long_name_is_not_cut_and_widens_nothing(nets: Page, page: str) -> None:
    for _ in at_each_size(nets, f"/{page}?{RAISES}"):
        assert cut(nets, ".narration, .headline, h2") == []


def test_a_tensor_of_many_names_is_told_with_all_of_them(nets: Page) -> None:
    for _ in at_each_size(nets, "/registry?left=nets.OneLayerThreeTimes&right=nets.LSTMNet"):
        assert cut(nets, ".chip, .also, .node, .headline") == []
