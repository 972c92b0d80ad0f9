// Asks the server who bears the variance that the slider stands at. Without JavaScript the button does the same.
const form = document.querySelector("[data-slider]");
const PAUSE_MS = 150;

if (form) {
  const box = form.querySelector("#variance"), range = form.querySelector("#variance-range");
  const shares = document.querySelector("[data-shares]"), live = document.querySelector("[data-live]");
  let waiting, asked;

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const query = new URLSearchParams(new FormData(form));
    query.set("part", "variance");
    try {
      const answer = await fetch(`${location.pathname}?${query}`, { signal: asked.signal });
      if (!answer.ok || answer.redirected) return;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html");
      shares.replaceChildren(...found.body.childNodes);
      live.textContent = shares.querySelector("[data-said]")?.textContent ?? "";
    } catch { /* another place was asked for meanwhile, or the network is away: the button still works */ }
  };

  const later = () => { clearTimeout(waiting); waiting = setTimeout(ask, PAUSE_MS); };

  form.querySelector("[data-range]").hidden = false;
  range.addEventListener("input", () => { box.value = range.value; later(); });
}
