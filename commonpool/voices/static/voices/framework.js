// Narrows the tree of codes down while somebody types. Without JavaScript the button asks the server for the same.
const form = document.querySelector("[data-find-codes]"), codes = document.querySelector("[data-codes]");

if (form && codes) {
  const box = form.querySelector("input"), said = form.querySelector("[data-found]");
  const items = [...codes.querySelectorAll("[data-code]")];

  const find = () => {
    const wanted = box.value.trim().toLowerCase().replace(/\s+/g, " ");
    const hits = items.filter((item) => item.dataset.code.includes(wanted));
    // What holds a hit stays, and so does all beneath one.
    for (const item of items) item.hidden = !hits.some((hit) => item.contains(hit) || hit.contains(item));
    said.textContent = wanted ? `${hits.length} code${hits.length === 1 ? "" : "s"} found` : "";
  };

  box.addEventListener("input", find);
  form.addEventListener("submit", (event) => { event.preventDefault(); find(); });
}

// A link to a code opens it.
const open = () => {
  const item = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (item) item.querySelector("details").open = true;
};
addEventListener("hashchange", open);
open();
