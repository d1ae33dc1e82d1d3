// Questions to the server, and how they queue: one is under way, the newest comes next.

export const base = document.body.dataset.base;

export const GONE = "The server does not answer. If it has ended, start it again and open the address that it prints.";

export async function ask(path, body) {
  const answer = await fetch(`${base}api/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new TypeError(GONE);
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

// A function that asks at most one question at a time. What is asked meanwhile waits, and only the
// newest of it is asked: nothing queues up behind the hand.
export function latest(question, answered, failed) {
  let busy = false;
  let next = null;
  async function run() {
    busy = true;
    while (next !== null) {
      const asked = next;
      next = null;
      try {
        answered(await question(asked), asked);
      } catch (error) {
        failed(error);
      }
    }
    busy = false;
  }
  function go(asked) {
    next = asked;
    if (!busy) run();
  }
  go.waits = () => next !== null; // a newer question, while an answer is looked at
  go.busy = () => busy || next !== null;
  return go;
}

// What happens meanwhile: files that change, long work. The browser comes back by itself.
export function listen(handlers, alive, lost) {
  const stream = new EventSource(`${base}events`);
  stream.onopen = alive;
  stream.onerror = lost;
  for (const [name, handle] of Object.entries(handlers))
    stream.addEventListener(name, (event) => handle(JSON.parse(event.data)));
}
