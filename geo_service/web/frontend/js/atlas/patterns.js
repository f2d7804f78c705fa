// Fills that tell a state without its colour: lines, dots, stripes. Made once, for the density of this screen.
import Fill from "ol/style/Fill.js";

const density = Math.min(window.devicePixelRatio || 1, 3);
const known = new Map();

const DRAWN = {
  // reserved: horizontal lines
  gereserveerd: [9, (pen) => {
    paper(pen, 9, "#fdf0cf", 0.8);
    line(pen, "#744800", 1.3, [0, 4.5, 9, 4.5]);
  }],
  // asked for: dots
  aangevraagd: [8, (pen) => {
    paper(pen, 8, "#e6edfa", 0.8);
    pen.fillStyle = "#1d4791";
    pen.beginPath();
    pen.arc(4, 4, 1.4, 0, 7);
    pen.fill();
  }],
  // not to be adopted: sparse diagonal lines
  dicht: [16, (pen) => {
    pen.globalAlpha = 0.34;
    for (const shift of [-16, 0, 16]) line(pen, "#4f564f", 1.3, [shift, 16, shift + 16, 0]);
  }],
  // at fault: red stripes of 45 degrees
  fault: [12, (pen) => {
    paper(pen, 12, "#ffffff", 0.55);
    for (const shift of [-12, 0, 12]) line(pen, "#a3201a", 4.2, [shift - 2, 14, shift + 14, -2]);
  }],
  // needs consent: amber lines
  consent: [9, (pen) => {
    paper(pen, 9, "#fdf0cf", 0.75);
    line(pen, "#744800", 2, [4.5, 0, 4.5, 9]);
  }],
};

export function pattern(name) {
  if (!known.has(name)) known.set(name, new Fill({ color: made(...DRAWN[name]) }));
  return known.get(name);
}

function made(size, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(size * density);
  const pen = canvas.getContext("2d");
  pen.scale(canvas.width / size, canvas.height / size);
  draw(pen);
  return pen.createPattern(canvas, "repeat");
}

function paper(pen, size, colour, alpha) {
  pen.save();
  pen.globalAlpha = alpha;
  pen.fillStyle = colour;
  pen.fillRect(0, 0, size, size);
  pen.restore();
}

function line(pen, colour, width, [x0, y0, x1, y1]) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}
