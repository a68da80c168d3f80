/** Jobs over HTTP: long work as records, and where the files lie that it makes. */

import { addressOf } from "./address";
import type { HttpClient } from "./http";
import type { JobBody, JobDetail, JobList, JobPatch, JobSummary, RecipeList } from "./wire";

/** What can be asked of a job that there is. */
export type JobAct = "pause" | "resume" | "cancel" | "restart" | "finish";

export class JobsClient {
  /** `browser` tells this browser from others, so that the queue is fair to all. */
  constructor(
    private readonly http: HttpClient,
    private readonly browser: string,
  ) {}

  recipes(): Promise<RecipeList> {
    return this.json("GET", "/api/recipes");
  }

  list(): Promise<JobList> {
    return this.json("GET", "/api/jobs");
  }

  detail(id: string): Promise<JobDetail> {
    return this.json("GET", pathOf(id));
  }

  start(body: JobBody): Promise<JobSummary> {
    return this.json("POST", "/api/jobs", body);
  }

  patch(id: string, patch: Partial<JobPatch>): Promise<JobSummary> {
    return this.json("PATCH", pathOf(id), patch);
  }

  act(id: string, act: JobAct): Promise<JobSummary> {
    return this.json("POST", `${pathOf(id)}/${act}`);
  }

  async remove(id: string): Promise<void> {
    await this.http.ask(pathOf(id), this.request("DELETE"));
  }

  /** A file of a job that holds JSON; `unknown` until it has been looked at. */
  artifact(id: string, name: string): Promise<unknown> {
    return this.json("GET", artifactPath(id, name));
  }

  private json<T>(method: string, path: string, body?: JobBody | Partial<JobPatch>): Promise<T> {
    return this.http.json(path, this.request(method, body));
  }

  private request(method: string, body?: JobBody | Partial<JobPatch>): RequestInit {
    return {
      method,
      headers: { "X-Wend-Browser": this.browser, ...(body && { "Content-Type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    };
  }
}

function pathOf(id: string): string {
  return `/api/jobs/${encodeURIComponent(id)}`;
}

function artifactPath(id: string, name: string): string {
  return `${pathOf(id)}/artifacts/${encodeURIComponent(name)}`;
}

/** Where a file of a job lies. */
export function artifactUrl(id: string, name: string): string {
  return addressOf(artifactPath(id, name));
}

/** Where the newest preview lies: each has an address of its own, or the browser would show the one before. */
export function jobPreviewUrl({ id, preview }: Pick<JobSummary, "id" | "preview">): string {
  return `${artifactUrl(id, "preview.jpg")}?n=${preview}`;
}

/** The part of localStorage that is used here. */
interface NameStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const BROWSER_KEY = "wend.browser";

/** The name this browser goes by: made up once, by chance, and told to nobody but the server. */
export function browserName(storage: NameStorage): string {
  const kept = storage.getItem(BROWSER_KEY);
  if (kept !== null && /^[0-9a-f]{16,32}$/.test(kept)) return kept;
  // `randomUUID` is missing on pages without TLS.
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  const name = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  storage.setItem(BROWSER_KEY, name);
  return name;
}
