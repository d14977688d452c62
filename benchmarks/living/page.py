"""One real Chromium with the live map, as a process of its own.

    page.py CHROMIUM PORT COOKIE SECONDS WARM_S      prints what the page saw as JSON

The page's own stream is read a second time beside it, and what is in each piece of news is taken for shown
when two frames have been drawn since it came.
"""

from __future__ import annotations

import json
import sys
from typing import Final

import numpy as np
from playwright.sync_api import sync_playwright

_FLAGS: Final = (
    "--no-sandbox",
    "--use-angle=swiftshader-webgl",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
)

_WATCH: Final = """
(() => {
  const asked = window.fetch, at = new Map();
  window.seenAfter = [];
  async function follow(stream) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let begun = [];
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      begun.push(value);
      if (!value.includes('\\n')) continue;
      const parts = begun.join('').split('\\n\\n');
      begun = [parts.pop()];
      for (const part of parts) {
        const data = /^event: news$/m.test(part) && /^data: (.*)$/m.exec(part);
        if (data) requestAnimationFrame(() => requestAnimationFrame(() => note(JSON.parse(data[1]))));
      }
    }
  }
  function note(news) {
    const now = Date.now();
    for (const { code, seen_at } of news.workers) {
      if (seen_at === null || at.get(code) === seen_at) continue;
      if (at.has(code)) window.seenAfter.push(now - Date.parse(seen_at));
      at.set(code, seen_at);
    }
  }
  window.fetch = async (...given) => {
    const answer = await asked(...given);
    const address = String(given[0]?.url ?? given[0]);
    if (!address.includes('/api/live/events') || !answer.body) return answer;
    const [page, ours] = answer.body.tee();
    void follow(ours).catch(() => undefined);
    return new Response(page, { status: answer.status, headers: answer.headers });
  };
})();
"""


def main() -> None:
    chromium, port, cookie, seconds, warm_s = sys.argv[1:]
    name, _, value = cookie.partition("=")
    address = f"http://127.0.0.1:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        context.add_cookies(
            [{"name": name, "value": value, "url": address, "secure": True, "httpOnly": True}]
        )
        page = context.new_page()
        page.add_init_script(_WATCH)
        page.goto(f"{address}/live/")
        page.wait_for_timeout(float(warm_s) * 1000)
        page.evaluate("window.seenAfter.length = 0")
        page.wait_for_timeout(max(0.0, float(seconds) - float(warm_s)) * 1000)
        latencies = np.array(page.evaluate("window.seenAfter") or [0.0], np.float64)
        p50, p95, p99 = np.percentile(latencies, (50, 95, 99)).tolist()
        told = {"told": len(latencies), "p50": p50, "p95": p95, "p99": p99, "longest": float(latencies.max())}
        print(json.dumps(told))
        browser.close()


if __name__ == "__main__":
    main()
