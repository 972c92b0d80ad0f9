// Asks whether the upload has been read, and goes on when it has. Without JavaScript the page reloads itself.
const box = document.querySelector("[data-progress]");
if (box) {
  const ask = async () => {
    try {
      const answer = await fetch(`${location.pathname}?format=json`, { headers: { accept: "application/json" } });
      if (answer.ok && (await answer.json()).done) { location.reload(); return; }
    } catch { /* the network is away: ask again */ }
    setTimeout(ask, 1500);
  };
  setTimeout(ask, 800);
}
