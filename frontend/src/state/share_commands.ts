/** Share commands: the picture as a link or as a file, and what is said when that fails. */

import { WendProblem } from "../protocol/http";
import type { Picture } from "../protocol/wire";
import type { Command, CommandContext } from "./commands";
import { encodeLink } from "./link";
import { DOCUMENT_VERSION } from "./normalize";

export function shareCommands({ document, live, http, desk, address }: CommandContext): Command[] {
  const hasPicture = () => document.getState().picture !== null;
  /** Runs what needs the picture and may fail, and tells how it ended. */
  const attempt = (work: (picture: Picture) => Promise<void>) => () => {
    const { picture } = document.getState();
    if (picture === null) return;
    work(picture).catch((error: unknown) => {
      live.notice.set({ kind: "error", about: "file", ...describe(error) });
    });
  };
  return [
    {
      id: "copy-link",
      label: "Copy link",
      group: "Share",
      keys: ["L"],
      run: attempt(async (picture) => {
        await desk.copy(address + (await encodeLink({ version: DOCUMENT_VERSION, picture })));
        live.notice.set({
          kind: "info",
          about: "link",
          code: "copied",
          sentence: "Link copied.",
          hint: "The whole picture is in it.",
        });
      }),
      isEnabled: hasPicture,
    },
    {
      id: "download",
      label: "Download PNG",
      group: "Share",
      keys: ["D"],
      run: attempt(async (picture) => desk.save(await http.render(picture, "png"), fileName(picture))),
      isEnabled: hasPicture,
    },
  ];
}

function fileName({ model, latent, edits }: Picture): string {
  return `${model}-${latent.seed}${edits.length > 0 ? "-edited" : ""}.png`.replaceAll("/", "-");
}

function describe(error: unknown): { code: string; sentence: string; hint: string } {
  if (error instanceof WendProblem) {
    return { code: error.code, sentence: error.sentence, hint: error.hint };
  }
  if (error instanceof DOMException) {
    return {
      code: "clipboard",
      sentence: "The browser did not let the link be copied.",
      hint: "The address bar holds the same link.",
    };
  }
  throw error;
}
