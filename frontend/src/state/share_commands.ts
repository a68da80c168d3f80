/** Share commands: the picture as a link or as a file, and what is said when that fails. */

import { WendProblem } from "../protocol/http";
import type { Command, CommandContext } from "./commands";
import type { Content } from "./document";
import { encodeLink } from "./link";
import { DOCUMENT_VERSION } from "./normalize";
import { namePicture } from "./picture";

export function shareCommands({
  document,
  live,
  http,
  desk,
  address,
  foreignDesk,
}: CommandContext): Command[] {
  const hasPicture = () => document.getState().picture !== null;
  /** Runs what needs the picture and may fail, and tells how it ended. */
  const attempt = (work: (content: Content) => Promise<void>) => () => {
    const { picture, timeline } = document.getState();
    if (picture === null) return;
    // A controller is its owner's: a link shows what is seen.
    work({ picture, timeline, controls: [] }).catch((error: unknown) => {
      live.notice.set({ kind: "error", about: "file", ...describe(error) });
    });
  };
  return [
    {
      id: "copy-link",
      label: "Copy link",
      group: "Share",
      keys: ["L"],
      run: attempt(async (content) => {
        await desk.copy(address + (await encodeLink({ version: DOCUMENT_VERSION, ...content })));
        live.notice.set({
          kind: "info",
          about: "link",
          code: "copied",
          sentence: "Link copied.",
          hint: content.timeline ? "The picture and its timeline are in it." : "The whole picture is in it.",
        });
      }),
      isEnabled: hasPicture,
    },
    {
      id: "download",
      label: "Download PNG",
      group: "Share",
      keys: ["D"],
      run: attempt(async ({ picture }) =>
        desk.save(await http.render(picture, "png"), `${namePicture(picture)}.png`),
      ),
      isEnabled: hasPicture,
    },
    {
      id: "download-latent",
      label: "Download the latent (.npz)",
      group: "Share",
      keys: ["Shift+D"],
      run: () => void foreignDesk.download(),
      isEnabled: hasPicture,
    },
  ];
}

function describe(error: unknown): { code: string; sentence: string; hint: string } {
  if (error instanceof WendProblem) {
    return { code: error.code, sentence: error.sentence, hint: error.hint };
  }
  if (error instanceof DOMException) {
    return {
      code: "clipboard",
      sentence: "The browser did not let the link be copied.",
      hint: "The address bar holds the same picture: copy it from there.",
    };
  }
  throw error;
}
