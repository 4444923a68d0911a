// What differs between two texts, line by line.

// The comparison of two long texts takes their lengths multiplied: above this, only what they begin and end with in common is left out.
const MOST = 4_000_000;

/** The lines of both texts in order, as [sign, line]: '-' of the first alone, '+' of the second alone, ' ' of both. */
export function diff(before, after) {
  const [one, other] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < Math.min(one.length, other.length) && one[start] === other[start]) {
    start += 1;
  }
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one[one.length - 1 - end] === other[other.length - 1 - end]) {
    end += 1;
  }
  const same = line => [' ', line];
  return [
    ...one.slice(0, start).map(same),
    ...middle(one.slice(start, one.length - end), other.slice(start, other.length - end)),
    ...one.slice(one.length - end).map(same),
  ];
}

/** By the longest lines that both have in the same order. */
function middle(one, other) {
  if (one.length * other.length > MOST) {
    return [...one.map(line => ['-', line]), ...other.map(line => ['+', line])];
  }
  const width = other.length + 1;
  const common = new Uint32Array((one.length + 1) * width);
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      common[i * width + j] = one[i] === other[j] ? common[(i + 1) * width + j + 1] + 1 : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      lines.push([' ', one[i]]);
      i += 1;
      j += 1;
    } else if (j >= other.length || (i < one.length && common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      lines.push(['-', one[i++]]);
    } else {
      lines.push(['+', other[j++]]);
    }
  }
  return lines;
}
