// Choosing whole green objects: tap one, tap others that adjoin it, tap again to take one away. Each step can be taken back.
export function choice(changed) {
  const chosen = new Set();
  const past = [];
  const future = [];

  const become = (ids) => {
    chosen.clear();
    ids.forEach((id) => chosen.add(id));
    changed();
  };
  const step = (ids) => {
    past.push([...chosen]);
    future.length = 0;
    become(ids);
  };
  return {
    chosen,
    toggle: (id) => step(chosen.has(id) ? [...chosen].filter((each) => each !== id) : [...chosen, id]),
    clear: () => chosen.size > 0 && step([]),
    again: changed,
    set: (ids) => { past.length = future.length = 0; become(ids); },
    undo: () => move(past, future),
    redo: () => move(future, past),
    steps: () => ({ undo: past.length > 0, redo: future.length > 0 }),
  };

  function move(from, to) {
    if (!from.length) return;
    to.push([...chosen]);
    become(from.pop());
  }
}
