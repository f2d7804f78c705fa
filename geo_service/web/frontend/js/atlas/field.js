// What was drawn, chosen or pinned, in the field of a form: it is sent along without more script.
export function written(options) {
  const field = options.input && document.getElementById(options.input);
  return (value) => {
    if (field) field.value = value;
  };
}
