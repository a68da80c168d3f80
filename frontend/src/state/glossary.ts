/** The glossary: what the words of the page and of the field mean, in a sentence or two each. */

export interface Term {
  readonly name: string;
  /** Other words that people look for. */
  readonly also: readonly string[];
  readonly text: string;
}

/** In the order of the alphabet. */
export const GLOSSARY = {
  alpha: {
    name: "Alpha",
    also: ["strength", "α", "amount"],
    text: "How far a picture is moved along a slider. 0 is where it was; the unit is the slider's own: pixels, degrees, standard deviations (sd), frames.",
  },
  blend: {
    name: "Blend of models",
    also: ["old to new", "interpolate models", "between two models", "parent", "child", "sibling", "mean w"],
    text: "A picture between two models. By weights, all their numbers lie between, and variety pulls to the mean w of the network so made; in w, what the two make of one seed lies between, and so does the mean. Both begin and end at the models themselves and look almost alike. A model made of another by training only its way from z to w, a child, blends in both ways with its parent and its parent's other children; others by weights, if they have one shape.",
  },
  chain: {
    name: "Chain of frames",
    also: ["manifold", "animate a region", "what can change"],
    text: "What “Animate this region” finds: frames in which a region changes in all ways it can while the rest stays. It is kept as a slider along the frames. Papers call the surface that such frames lie on a manifold.",
  },
  distribution: {
    name: "Distribution",
    also: ["histogram", "uniform", "samples", "Kolmogorov-Smirnov", "KS"],
    text: "How often which value comes up. Chosen for a factor, it makes samples whose factor is spread that way, all else by chance. The KS distance says how far two distributions lie apart: the largest difference between their shares below a value, 0 for none.",
  },
  factor: {
    name: "Factor",
    also: [
      "x = 0.3",
      "set",
      "closed loop",
      "open loop",
      "calibrated",
      "value",
      "position",
      "scale",
      "brightness",
    ],
    text: "A slider that knows values, not only more and less: “put it at x = +0.05 of the width”. It was learned from pictures moved a little, without labels. Off “Set” it predicts where the picture will be (open loop); with it, the picture is drawn, measured and corrected until it is there (closed loop).",
  },
  final: {
    name: "Final",
    also: ["live", "quality"],
    text: "The exact picture, drawn when the hand lets go, and for files. While the hand moves, “live” frames come instead: quicker, and as good as the same to the eye.",
  },
  generator: {
    name: "Generator",
    also: ["model", "network", "gan", "checkpoint"],
    text: "The network that draws: numbers in, a picture out. A model is its weights on disk with a card that says what it is.",
  },
  keepStill: {
    name: "Keep still",
    also: ["lock a region", "drift", "still"],
    text: "A region with the lock on stays as it is while sliders move: every edit is bent so that hardly anything changes inside. What moves all the same is its drift, and is told.",
  },
  keyframe: {
    name: "Keyframe",
    also: ["timeline", "easing", "in between"],
    text: "A picture at a place in time. What lies between two keyframes is drawn by going from one to the other in latent space.",
  },
  latent: {
    name: "Latent space",
    also: ["latent", "z", "w", "latent walk", "walk", "direction"],
    text: "All the numbers a generator can be given, as a space: near points draw similar pictures. z is what a seed gives; w is what the generator makes of it first, and where edits go smoothest. A walk leads through it: a slider is a walk that you hold by its handle.",
  },
  layers: {
    name: "Layers",
    also: ["style rows", "ws", "coarse", "fine"],
    text: "A generator draws from coarse to fine. What a slider that acts on early layers moves is large, on late ones small or of colour, as a rule: models differ. The small button beside a slider's number sets which.",
  },
  leakage: {
    name: "Leakage",
    also: ["leaks", "entangled", "outside"],
    text: "How much a slider changes outside of its region for what it changes inside: the mean change of a pixel outside, divided by the mean change of one inside. 0 % would be none.",
  },
  lock: {
    name: "Lock",
    also: ["hold", "orthogonal", "conditional", "entangled", "change one thing alone"],
    text: "Other sliders no longer move along a locked one: each loses its share along it and so some of its strength, which a badge tells in %. What the locked one shows may still change with them, as far as the generator has more ways to it. Sliders that go straight, in the same space and layers, can be held; others say that they cannot. To keep a place of the picture as it is, lock its region instead.",
  },
  map: {
    name: "Map",
    also: ["2-D", "plane", "landmarks", "principal components"],
    text: "The plane through a picture along two sliders. Each field shows what lies there; the dot is the picture as it is, and goes where it is dragged.",
  },
  mixing: {
    name: "Mixing",
    also: ["style mixing", "mixed in", "crossover", "rows of another seed"],
    text: "Some layers are told by another seed, photo or picture than the rest: coarse, middle or fine ones. What each of them gives differs from model to model; the sheet of seeds shows it before one is chosen.",
  },
  noise: {
    name: "Noise",
    also: ["grain", "stochastic"],
    text: "Fine random detail that some generators add: single hairs, grain. It has a number of its own, apart from the seed.",
  },
  order: {
    name: "Order of a picture",
    also: ["edit before or after ψ", "pipeline", "GANSpace order"],
    text: "Seed, z, sliders in z, mapping, w, mixed layers, variety (truncation), sliders in w, drawing. So a slider in w moves by its whole number at any variety. Programs that truncate after the edit, as the published GANSpace edits of customised models do, move it by psi times that: their 3 sd at psi 0.5 are 1.5 sd here.",
  },
  pca: {
    name: "PCA and SeFa",
    also: ["ganspace", "main variations", "strongest weights", "component"],
    text: "Two ways to find sliders without being told what to look for. PCA takes the directions in which the generator's own w varies most; SeFa those that its weights amplify most.",
  },
  prior: {
    name: "Off the prior",
    also: ["hatched", "99.7 %", "out of reach", "extrapolation"],
    text: "What a generator draws by itself, from any seed, has a range: 99.7 % of its pictures lie within. Hatched is what lies beyond, where pictures may fall apart. Where a factor ends altogether, nothing is drawn in its place: it is said.",
  },
  psi: {
    name: "Truncation, ψ (psi)",
    also: ["variety", "truncation", "psi", "w_avg", "average"],
    text: "How far from the average a picture may be: 0 draws the average, 1 all that the generator learned. Lower is safer and plainer; the page calls it variety. It comes before sliders in w, which move by their whole number at any psi.",
  },
  region: {
    name: "Region",
    also: ["mask", "paint", "soft edge", "feather"],
    text: "A part of the picture that you paint. Sliders are found for it in seconds, it can be kept still, or animated. Other programs call it a mask; its file is a grey picture, white inside.",
  },
  seed: {
    name: "Seed",
    also: ["random", "number"],
    text: "The number a picture begins with. The same seed in the same model always draws the same picture.",
  },
  sd: {
    name: "sd",
    also: ["standard deviation", "unit", "σ", "sigma"],
    text: "Standard deviations: 1 sd along a slider is as far as two pictures of this generator usually differ there. Beyond 3 few pictures lie.",
  },
  sketch: {
    name: "Sketch",
    also: [
      "drawing board",
      "sketch your own GAN",
      "draw",
      "teach",
      "train",
      "customize",
      "new model",
      "F",
      "extractor",
    ],
    text: "A drawing that a model is taught by, on the drawing board: sketch, train, get a new model, sample it. A sketch is no picture's beginning: it changes the model, so that every seed draws its shape and pose, with colours and people as before. What the computer draws of a picture (F in the paper) is held against it.",
  },
  steering: {
    name: "Steering",
    also: ["learn", "learned", "steer", "camera move", "zoom", "shift"],
    text: "Learning a slider for a change that you can describe: shift, zoom, turn, brightness. A job compares what the generator draws with pictures that were changed that way.",
  },
  nearness: {
    name: "Near its world: Fréchet distance, precision, recall",
    also: ["FID", "Fréchet distance", "precision", "recall", "noise floor", "coverage", "how near"],
    text: "Holds a model's pictures against those of the world it was trained on, as a network sees them. The Fréchet distance compares their means and spreads; the noise floor is what the world differs by from itself at the same count. Precision is how much of what it draws could be the world's, recall how much of the world it draws; neither need beat what the world reads beside itself.",
  },
  survey: {
    name: "Survey, FSD",
    also: ["cannot draw", "left out", "Fréchet segmentation distance", "noise floor", "segmenter"],
    text: "Counts what is on a generator's pictures and on real ones. FSD says how far the two lie apart, in percent of area squared; the noise floor is what real pictures differ by among themselves. Large things rule FSD: look at the classes for rare ones.",
  },
  takeover: {
    name: "Soft takeover",
    also: ["MIDI", "controller", "knob", "fader", "catch", "pick up", "jump"],
    text: "A knob or fader stands where it was left, which may be elsewhere than its slider. So that nothing jumps, it moves nothing until it is turned to where the slider stands, or past it; a dashed ring on the slider shows where it is. Endless knobs have no place and move at once.",
  },
  usable: {
    name: "Usable range",
    also: ["limits", "how far", "saturated", "trained", "reachable"],
    text: "How far a slider goes before pictures fall apart or nothing more happens. “How far can it go?” measures it: a thick track was trained, the coloured line beneath is where it follows, the hatched ends are where it stands still.",
  },
} as const satisfies Readonly<Record<string, Term>>;

export type TermId = keyof typeof GLOSSARY;

/** Whether what is looked for is in some words; every one of its own has to be. */
export function isFound(wanted: string, words: string): boolean {
  const text = words.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Terms that a search finds, those by name first. */
export function findTerms(wanted: string): readonly TermId[] {
  const ids = Object.keys(GLOSSARY) as TermId[];
  const named = ids.filter((id) => isFound(wanted, namesOf(id)));
  const told = ids.filter(
    (id) => !named.includes(id) && isFound(wanted, `${namesOf(id)} ${GLOSSARY[id].text}`),
  );
  return [...named, ...told];
}

function namesOf(id: TermId): string {
  const { name, also } = GLOSSARY[id];
  return [name, ...also].join(" ");
}
