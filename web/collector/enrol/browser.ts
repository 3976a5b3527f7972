/** In which program this page runs, as far as it matters to a phone that has to work without signal. */

/** Inside WeChat, WeCom or another app: nothing can be installed there, and its store may vanish. */
export function isInsideOtherApp(agent = navigator.userAgent): boolean {
  return /MicroMessenger|wxwork|DingTalk|AlipayClient|\bQQ\//i.test(agent);
}

/** Opened from its own picture on the home screen. */
export function isInstalled(): boolean {
  return matchMedia("(display-mode: standalone)").matches || ("standalone" in navigator && navigator.standalone === true);
}

export type Browser = "ios" | "huawei" | "samsung" | "android" | "desktop";

/** Which way of installing fits. */
export function browserOf(agent = navigator.userAgent): Browser {
  if (/iPhone|iPad/.test(agent)) return "ios";
  if (/HuaweiBrowser/.test(agent)) return "huawei";
  if (/SamsungBrowser/.test(agent)) return "samsung";
  return /Android/.test(agent) ? "android" : "desktop";
}
