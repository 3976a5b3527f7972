"""Public roads of Shanghai on which the demo's invented people live.

Positions are WGS-84, rounded to 0.001° (about 100 m) and only about right: they mark a road, never a door.
House numbers begin beyond the end of every one of these roads, so that no real door is tied to a debtor.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

CITY: Final = "上海市"
# No road below reaches this number.
FIRST_HOUSE_NUMBER: Final = 9101


@dataclass(frozen=True, slots=True)
class Road:
    """A public road: its name, district, postcode, and a position somewhere on it."""

    name: str
    district: str
    postcode: str
    lat: str
    lon: str


PUXI: Final = (
    Road("南京西路", "静安区", "200040", "31.229", "121.455"),
    Road("淮海中路", "黄浦区", "200020", "31.218", "121.462"),
    Road("四川北路", "虹口区", "200080", "31.257", "121.483"),
    Road("肇嘉浜路", "徐汇区", "200030", "31.199", "121.449"),
    Road("衡山路", "徐汇区", "200031", "31.206", "121.446"),
    Road("华山路", "长宁区", "200052", "31.209", "121.436"),
    Road("延安西路", "长宁区", "200052", "31.214", "121.424"),
    Road("虹桥路", "长宁区", "200051", "31.196", "121.412"),
    Road("天山路", "长宁区", "200051", "31.213", "121.400"),
    Road("长寿路", "普陀区", "200060", "31.241", "121.440"),
    Road("曹杨路", "普陀区", "200062", "31.241", "121.417"),
    Road("武宁路", "普陀区", "200063", "31.243", "121.424"),
    Road("金沙江路", "普陀区", "200062", "31.233", "121.402"),
    Road("四平路", "杨浦区", "200092", "31.273", "121.503"),
    Road("控江路", "杨浦区", "200093", "31.273", "121.515"),
    Road("黄兴路", "杨浦区", "200433", "31.284", "121.525"),
    Road("淞沪路", "杨浦区", "200433", "31.303", "121.512"),
    Road("大连路", "虹口区", "200092", "31.262", "121.507"),
    Road("共和新路", "静安区", "200072", "31.272", "121.453"),
    Road("西藏北路", "静安区", "200071", "31.252", "121.466"),
    Road("恒丰路", "静安区", "200070", "31.246", "121.454"),
    Road("西藏南路", "黄浦区", "200011", "31.212", "121.484"),
    Road("陆家浜路", "黄浦区", "200011", "31.208", "121.490"),
    Road("斜土路", "徐汇区", "200032", "31.199", "121.461"),
    Road("漕溪北路", "徐汇区", "200030", "31.187", "121.435"),
    Road("宜山路", "徐汇区", "200233", "31.180", "121.422"),
    Road("漕宝路", "徐汇区", "200235", "31.168", "121.419"),
    Road("龙华中路", "徐汇区", "200032", "31.184", "121.458"),
)
PUDONG: Final = (
    Road("张杨路", "浦东新区", "200122", "31.231", "121.522"),
    Road("世纪大道", "浦东新区", "200120", "31.228", "121.528"),
    Road("浦东南路", "浦东新区", "200120", "31.222", "121.514"),
    Road("东方路", "浦东新区", "200122", "31.218", "121.527"),
    Road("杨高中路", "浦东新区", "200135", "31.235", "121.551"),
    Road("龙阳路", "浦东新区", "201204", "31.203", "121.553"),
    Road("锦绣路", "浦东新区", "200127", "31.219", "121.548"),
    Road("上南路", "浦东新区", "200126", "31.178", "121.497"),
    Road("浦建路", "浦东新区", "200127", "31.210", "121.530"),
    Road("花木路", "浦东新区", "201204", "31.211", "121.556"),
    Road("成山路", "浦东新区", "200125", "31.175", "121.512"),
    Road("云台路", "浦东新区", "200126", "31.182", "121.502"),
)


def doors(roads: tuple[Road, ...], count: int) -> Iterator[tuple[Road, str]]:
    """`count` invented doors, going round the roads; each door is there once."""
    for number in range(count):
        yield roads[number % len(roads)], str(FIRST_HOUSE_NUMBER + 2 * number)
