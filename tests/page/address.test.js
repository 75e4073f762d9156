import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const host = { location: { hash: "#model=copper", protocol: "about:" }, origin: "null", history: null, heard: [], entries: 0 };
host.addEventListener = (name, listener) => host.heard.push([name, listener]);
globalThis.window = host;

let address = null;
let asked = 0;

beforeEach(async () => {
  Object.assign(host, { location: { hash: "#model=copper", protocol: "about:" }, origin: "null", heard: [] });
  host.entries = 1;
  host.history = {
    replaceState: (_state, _title, hash) => { host.location.hash = hash; },
    pushState: (_state, _title, hash) => { host.location.hash = hash; host.entries += 1; },
  };
  asked += 1;
  address = await import(`../../prospector/map/page/address.js?${asked}`);
});

test("the address is the host's until the page writes one", () => {
  assert.equal(address.readAddress(), "#model=copper");
  address.writeAddress("#model=lithium");
  assert.equal(address.readAddress(), "#model=lithium");
  assert.equal(host.location.hash, "#model=lithium");
});

test("an entry of the history is made only where it is asked for", () => {
  address.writeAddress("#model=lithium");
  assert.equal(host.entries, 1);
  address.writeAddress("#model=lithium&target=T-1", true);
  assert.equal(host.entries, 2);
  assert.equal(host.location.hash, "#model=lithium&target=T-1");
});

test("a host that refuses leaves the address in memory", () => {
  host.history.replaceState = () => { throw new DOMException("no", "SecurityError"); };
  address.writeAddress("#model=lithium");
  assert.equal(address.readAddress(), "#model=lithium");
  assert.equal(host.location.hash, "#model=copper");
});

test("a listener hears what others write, and not what the page wrote", () => {
  const heard = [];
  address.followAddress((hash) => heard.push(hash));
  const [[name, changed]] = host.heard;
  assert.equal(name, "hashchange");
  address.writeAddress("#model=lithium");
  changed();
  host.location.hash = "#model=gold";
  changed();
  assert.deepEqual(heard, ["#model=gold"]);
  assert.equal(address.readAddress(), "#model=gold");
});

test("a frame without an origin is a sandbox, a file is none", () => {
  assert.equal(address.isSandboxed(), true);
  host.location.protocol = "file:";
  assert.equal(address.isSandboxed(), false);
  Object.assign(host, { origin: "http://127.0.0.1", location: { protocol: "about:" } });
  assert.equal(address.isSandboxed(), false);
});
