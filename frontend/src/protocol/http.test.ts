/** Every way in which the network breaks is one kind of problem. */

import { expect, it } from "vitest";
import { HttpClient } from "./http";

/** An answer whose connection breaks after its head. */
class Broken extends Response {
  override json(): Promise<never> {
    return Promise.reject(new TypeError("network error"));
  }

  override blob(): Promise<never> {
    return Promise.reject(new TypeError("network error"));
  }
}

it("an answer that never comes is told as a server out of reach", async () => {
  const http = new HttpClient(() => Promise.reject(new TypeError("Failed to fetch")));
  await expect(http.json("/api/models")).rejects.toMatchObject({ code: "unreachable" });
});

it("an answer that breaks off is told as a server out of reach", async () => {
  const http = new HttpClient(async () => new Broken());
  await expect(http.json("/api/models")).rejects.toMatchObject({ code: "unreachable" });
  await expect(http.blob("/api/render")).rejects.toMatchObject({ code: "unreachable" });
});

it("a refusal that breaks off is told as a server out of reach", async () => {
  const headers = { "Content-Type": "application/problem+json" };
  const http = new HttpClient(async () => new Broken(null, { status: 422, headers }));
  await expect(http.json("/api/models")).rejects.toMatchObject({ code: "unreachable" });
});

it("a question that was given up is no problem of the server", async () => {
  const http = new HttpClient(() => Promise.reject(new DOMException("aborted", "AbortError")));
  await expect(http.json("/api/models")).rejects.toMatchObject({ name: "AbortError" });
});

it("an answer that is no JSON is somebody else's, not a lost connection", async () => {
  const http = new HttpClient(async () => new Response("<html>"));
  await expect(http.json("/api/models")).rejects.toMatchObject({ code: "http_error" });
});
