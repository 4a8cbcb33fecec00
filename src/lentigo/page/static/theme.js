// Runs before the page is drawn, so that it never flashes in the wrong colours. The choice stays in this browser.
(() => {
  const KEY = "lentigo-theme";
  const remembered = () => {
    try { return localStorage.getItem(KEY) ?? "system"; } catch { return "system"; }
  };
  const apply = (theme) => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  apply(remembered());
  document.addEventListener("DOMContentLoaded", () => {
    for (const radio of document.querySelectorAll("#theme input")) {
      radio.checked = radio.value === remembered();
      radio.addEventListener("change", () => {
        apply(radio.value);
        try { localStorage.setItem(KEY, radio.value); } catch { /* private window: for this visit only */ }
      });
    }
  });
})();
