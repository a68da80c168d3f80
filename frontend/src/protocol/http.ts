/** The HTTP client: durable things, and every failure of theirs as one kind of error. */

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

/** `fetch` as it is used here. */
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
    const response = await this.ask("/api/render", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ picture, format } satisfies RenderBody),
      ...(signal && { signal }),
    });
    return response.blob();
  }

  private async json<T>(path: string): Promise<T> {
    return (await this.ask(path)).json() as Promise<T>;
  }

  /** The answer, if it is a good one. */
  async ask(path: string, init?: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await this.fetch(path, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new WendProblem("unreachable", "The server does not answer.", "It is tried again by itself.");
    }
    if (!response.ok) throw await readProblem(response);
    return response;
  }
}

/** Where a model's preview picture lies. */
export function previewUrl(model: string): string {
  return `/api/models/${encodeURIComponent(model)}/preview`;
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
  const problem = (await response.json()) as ProblemDocument;
  return new WendProblem(problem.code, problem.detail, problem.hint);
}
