// Text as it is compared: small letters without accents.

const MARKS = /\p{M}+/gu;
const BEYOND_ASCII = /[^ -~]/;

/** A text in small letters without accents: "Rincón" and "RINCON" are one. */
export function folded(text) {
  const small = text.toLowerCase();
  return BEYOND_ASCII.test(small) ? small.normalize("NFD").replace(MARKS, "") : small;
}
