/** The HTTP client: durable things, and every failure of theirs as one kind of error. */

import { addressOf } from "./address";
import type { Health, ModelList, Picture, ProblemDocument, RenderBody, WalkList } from "./wire";

/** A sentence for the user and a hint for the next action, as the server's error tree gives them. */
export class WendProblem extends Error {
  override readonly name = "WendProblem";

  constructor(
    readonly code: string,
    readonly sentence: string,
    readonly hint: string,
  ) {
    super(sentence);
  }
}

export type PictureFormat = RenderBody["format"];

/** `fetch` as it is used here, of paths as the server names them. */
export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

export class HttpClient {
  constructor(private readonly fetch: Fetch) {}

  health(): Promise<Health> {
    return this.json("/api/health");
  }

  models(): Promise<ModelList> {
    return this.json("/api/models");
  }

  walks(model: string): Promise<WalkList> {
    return this.json(`/api/walks?model=${encodeURIComponent(model)}`);
  }

  /** The picture in `final` quality. */
  async render(picture: Picture, format: PictureFormat, signal?: AbortSignal): Promise<Blob> {
    return this.blob("/api/render", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ picture, format } satisfies RenderBody),
      ...(signal && { signal }),
    });
  }

  /** A good answer's body, which the server wrote as a `T`. */
  async json<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await this.ask(path, init);
    return answered(() => response.json() as Promise<T>);
  }

  /** A good answer's body as it is. */
  async blob(path: string, init?: RequestInit): Promise<Blob> {
    const response = await this.ask(path, init);
    return answered(() => response.blob());
  }

  /** The answer, if it is a good one; its body has yet to come, and may not: see `json` and `blob`. */
  async ask(path: string, init?: RequestInit): Promise<Response> {
    const response = await answered(() => this.fetch(path, init));
    if (!response.ok) throw await readProblem(response);
    return response;
  }
}

/** What the network brings. It can break between an answer's head and its body as well as before. */
async function answered<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new WendProblem(
        "http_error",
        "What answered is not Wend.",
        "Something in between may have answered in its place, such as a proxy's sign-in page: reload the page.",
      );
    }
    // What `fetch` calls a broken network; anything else, such as an answer that was given up, is not one.
    if (!(error instanceof TypeError)) throw error;
    throw new WendProblem("unreachable", "The server does not answer.", "It is tried again by itself.");
  }
}

/** Where a model's preview picture lies. */
export function previewUrl(model: string): string {
  return addressOf(`/api/models/${encodeURIComponent(model)}/preview`);
}

/** Where a drawing lies that a model learned from; the first is number 1. */
export function drawingUrl(model: string, number: number): string {
  return addressOf(`/api/models/${encodeURIComponent(model)}/drawings/${number}`);
}

/** Where a picture lies that was drawn for a region's slider. */
export function thumbnailUrl(id: string): string {
  return addressOf(`/api/thumbnails/${encodeURIComponent(id)}`);
}

async function readProblem(response: Response): Promise<WendProblem> {
  const type = response.headers.get("Content-Type") ?? "";
  if (!type.startsWith("application/problem+json")) {
    return new WendProblem(
      "http_error",
      `The server answered ${response.status} ${response.statusText}.`.replace(" .", "."),
      "Look at the server's log.",
    );
  }
  const problem = await answered(() => response.json() as Promise<ProblemDocument>);
  return new WendProblem(problem.code, problem.detail, problem.hint);
}
