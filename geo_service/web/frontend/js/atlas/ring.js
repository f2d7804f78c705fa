// A drawing in progress: rings of corners, with every step kept, so that each can be taken back and done again.
// `rings` is a list of closed areas, the last of which may still be open (`open`); holes belong to areas that were taken over whole.
export function steps(changed) {
  const past = [];
  const future = [];
  let now = { parts: [], open: [] };

  const become = (next) => {
    now = next;
    changed(now);
  };
  const move = (from, to) => {
    if (!from.length) return false;
    to.push(now);
    become(from.pop());
    return true;
  };
  return {
    get now() { return now; },
    step(next) {
      past.push(now);
      future.length = 0;
      become(next);
    },
    again: () => changed(now),
    undo: () => move(past, future),
    redo: () => move(future, past),
    can: () => ({ undo: past.length > 0, redo: future.length > 0 }),
  };
}
