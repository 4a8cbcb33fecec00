// The form of /docs: a request as any program would send it, and the answer as it comes.

const LONGEST = 200; // characters shown of one text: maps are pictures in base64

const form = document.querySelector("#try");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  show("Waiting for the answer …", "");
  await ask().catch((error) => show("No answer", error.message));
  button.disabled = false;
});

async function ask() {
  const { images, saliency, token } = form.elements;
  const body = new FormData();
  for (const field of form.querySelectorAll("[data-known]")) if (field.value) body.append(field.name, field.value);
  for (const file of images.files) body.append("images", file);
  const headers = token.value ? { Authorization: `Bearer ${token.value}` } : {};
  const answer = await fetch(`/v1/predict?saliency=${saliency.value}`, { method: "POST", body, headers, credentials: "omit" });
  const text = await answer.text();
  show(`${answer.status} ${answer.statusText}, ${answer.headers.get("content-type")}`, shortened(text));
}

function shortened(text) {
  try {
    const cut = (_key, value) => (typeof value === "string" && value.length > LONGEST ? `${value.slice(0, 40)}… (${value.length} characters)` : value);
    return JSON.stringify(JSON.parse(text), cut, 2);
  } catch {
    return text;
  }
}

function show(status, text) {
  document.querySelector("#try-status").textContent = status;
  document.querySelector("#try-answer").textContent = text;
  document.querySelector("#try-answer").hidden = !text;
}
