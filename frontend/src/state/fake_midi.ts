/** Fake MIDI: controllers that a test plugs in, turns and takes away, behind the browser's own interface. */

import type { MidiBrowser } from "./midi_ports";

/** A controller's port. */
export class FakeMidiInput extends EventTarget implements MIDIInput {
  readonly connection = "open";
  readonly manufacturer = null;
  readonly type = "input";
  readonly version = null;
  state: MIDIPortDeviceState = "connected";
  onmidimessage: MIDIInput["onmidimessage"] = null;
  onstatechange: MIDIInput["onstatechange"] = null;

  constructor(
    readonly id: string,
    readonly name: string,
  ) {
    super();
  }

  async open(): Promise<this> {
    return this;
  }

  async close(): Promise<this> {
    return this;
  }

  /** A message of raw bytes. */
  send(...bytes: readonly number[]): void {
    const event = Object.assign(new Event("midimessage"), { data: Uint8Array.from(bytes) });
    this.onmidimessage?.(event as MIDIMessageEvent);
  }

  /** Control changes of one knob, one after the other. */
  turn(number: number, ...values: readonly number[]): void {
    for (const value of values) this.send(0xb0, number, value);
  }
}

/** The ports of a machine. */
export class FakeMidiAccess extends EventTarget implements MIDIAccess {
  readonly inputs = new Map<string, FakeMidiInput>();
  readonly outputs = new Map<string, MIDIOutput>();
  readonly sysexEnabled = false;
  onstatechange: MIDIAccess["onstatechange"] = null;

  /** Plugs a controller in: a port of its own, as a browser makes one each time. */
  plugIn(name: string): FakeMidiInput {
    const input = new FakeMidiInput(`${name} ${this.inputs.size}`, name);
    this.inputs.set(input.id, input);
    this.tell();
    return input;
  }

  unplug(input: FakeMidiInput): void {
    input.state = "disconnected";
    this.tell();
  }

  private tell(): void {
    this.onstatechange?.(new Event("statechange") as MIDIConnectionEvent);
  }
}

/** A browser whose user says yes, or what a test has him say. */
export class FakeMidiBrowser implements MidiBrowser {
  readonly access = new FakeMidiAccess();
  isSecure = true;
  wasAllowed = false;
  /** How often the user was asked. */
  asked = 0;
  /** Laid down: the next request ends with this. */
  refusal: DOMException | null = null;
  request: MidiBrowser["request"] = async () => {
    this.asked += 1;
    const { refusal } = this;
    this.refusal = null;
    if (refusal) throw refusal;
    return this.access;
  };

  async isAllowed(): Promise<boolean> {
    return this.wasAllowed;
  }
}
