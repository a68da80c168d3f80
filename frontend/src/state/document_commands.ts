/** Document commands: saving, opening, closing, and what is laid by on the way. */

import type { Command, CommandContext } from "./commands";
import { toggleSheet } from "./sheet";

export function documentCommands({
  document,
  documentDesk,
  saved,
  gallery,
  sheet,
}: CommandContext): Command[] {
  const hasPicture = () => document.getState().picture !== null;
  return [
    {
      id: "save",
      label: "Save document",
      group: "Documents",
      keys: ["Mod+S"],
      run: () => void documentDesk.save(),
      isEnabled: hasPicture,
      title: () =>
        saved.store.getState().summary ? "Save now; it is also saved by itself" : "Save on the server",
    },
    {
      id: "documents",
      label: "Saved documents",
      group: "Documents",
      keys: ["Mod+O"],
      run: () => toggleSheet(sheet, "documents"),
      isEnabled: () => true,
    },
    {
      id: "leave-document",
      label: "Close document",
      group: "Documents",
      keys: ["Shift+O"],
      run: () => void documentDesk.leave(),
      isEnabled: () => saved.store.getState().summary !== null,
      title: () => "Close document: what comes next is not saved in it",
    },
    {
      id: "snapshot",
      label: "Take a snapshot",
      group: "Documents",
      keys: ["Z"],
      run: () => void gallery.take(),
      isEnabled: hasPicture,
    },
    {
      id: "snapshots",
      label: "Snapshots",
      group: "Documents",
      keys: ["Shift+Z"],
      run: () => toggleSheet(sheet, "snapshots"),
      isEnabled: hasPicture,
    },
    {
      id: "latents",
      label: "Kept latents of photos and files",
      group: "Documents",
      keys: ["Shift+I"],
      run: () => toggleSheet(sheet, "latents"),
      isEnabled: hasPicture,
    },
  ];
}
