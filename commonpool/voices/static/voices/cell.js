// In a cell’s form, Ctrl or Command with Enter saves and goes on to the next cell.

const form = document.querySelector("form[data-cell]");

form?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[name=next]"));
  }
});

// A good quotation is a passage that the summary rests on.
form?.addEventListener("change", (event) => {
  const box = event.target;
  if (box.name === "quotations" && box.checked) {
    form.querySelector(`input[name=rests_on][value="${box.value}"]`).checked = true;
  }
});
