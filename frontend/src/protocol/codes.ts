/** Codes over HTTP: photos and files of latents in, as latents that a picture can have; latents out for others. */

import type { HttpClient } from "./http";
import type { CodeList, CodesBrought, Picture, RenderBody } from "./wire";

export class CodesClient {
  constructor(private readonly http: HttpClient) {}

  /** The latent that a model's encoder finds for a kept photo. */
  ofPhoto(model: string, image: string, name: string): Promise<CodesBrought> {
    return this.bring(new URLSearchParams({ model, image, name }), null);
  }

  /** The latents of a file, whoever wrote it; `space` is said where the file does not. */
  ofFile(model: string, file: Blob, name: string, space: "z" | "w" | null): Promise<CodesBrought> {
    return this.bring(new URLSearchParams({ model, name, ...(space && { space }) }), file);
  }

  /** Those kept for a model and for nobody knows which, the newest 200; `before`: older ones than that. */
  list(model: string, before: string | null): Promise<CodeList> {
    const query = new URLSearchParams({ model, ...(before && { before }) });
    return this.http.json(`/api/codes?${query}`);
  }

  async remove(code: string): Promise<void> {
    await this.http.ask(`/api/codes/${code}`, { method: "DELETE" });
  }

  /** One that is kept. Throws: WendProblem, as when it is gone. */
  read(code: string): Promise<CodesBrought["codes"][number]> {
    return this.http.json(`/api/codes/${code}`);
  }

  /** The latent of a picture with its edits, as other programs read it. */
  exported(picture: Picture): Promise<Blob> {
    return this.http.blob("/api/codes/export", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ picture, format: "png" } satisfies RenderBody),
    });
  }

  private async bring(query: URLSearchParams, body: Blob | null): Promise<CodesBrought> {
    return this.http.json(`/api/codes?${query}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body,
    });
  }
}
