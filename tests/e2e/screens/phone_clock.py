"""A phone's clocks in a test's hand: time can pass, and the wall clock can be set wrong, as people do."""

from datetime import datetime, timedelta

from playwright.sync_api import BrowserContext, Page

# Both clocks are shifted by what passed; the wall clock, and it alone, by what somebody set.
_SHIM = """(() => {
    let kept;
    try { kept = JSON.parse(localStorage.getItem('test.clock')) ?? {begun: START - Date.now(), passed: 0, set: 0}; }
    catch { return; }
    const clock = globalThis.testClock = kept;
    const [OwnDate, own] = [Date, performance.now.bind(performance)];
    const shift = () => clock.begun + clock.passed + clock.set;
    const wall = () => OwnDate.now() + shift();
    globalThis.Date = class extends OwnDate {
        constructor(...told) { if (told.length === 0) super(wall()); else super(...told); }
        static now() { return wall(); }
    };
    performance.now = () => own() + clock.passed;
    const watch = navigator.geolocation?.watchPosition.bind(navigator.geolocation);
    if (watch) navigator.geolocation.watchPosition = (heard, failed, how) => watch(({coords, timestamp}) =>
        heard({coords, timestamp: timestamp + shift()}), failed, how);
})()"""
_CHANGE = """change => {
    testClock.passed += change.passed;
    testClock.set += change.set;
    localStorage.setItem('test.clock', JSON.stringify(testClock));
    // Whoever holds the phone touches it: it has no reason to lock itself.
    dispatchEvent(new Event('pointerdown'));
}"""
_MS = timedelta(milliseconds=1)


def hold_clock(context: BrowserContext, start: datetime) -> None:
    """Pages of this context have clocks that the test can move; it is `start` on them."""
    context.add_init_script(_SHIM.replace("START", str(start.timestamp() * 1000)))


def show(page: Page, instant: datetime) -> None:
    """The phone's clock is right, and both of its clocks have come to `instant`."""
    now = page.evaluate("() => Date.now()")
    page.evaluate(_CHANGE, {"passed": instant.timestamp() * 1000 - now, "set": 0})


def set_wrong(page: Page, by: timedelta) -> None:
    """Somebody sets the phone's wall clock, and nothing passes."""
    page.evaluate(_CHANGE, {"passed": 0, "set": by / _MS})
