// A passkey is made or asked for before its form leaves; the browser's answer stands in the form's hidden field.
(() => {
  const place = document.querySelector("[data-jb-passkey]");
  const options = document.getElementById("jb-passkey-options");
  if (!place || !options) return;
  const form = place.matches("form") ? place : place.querySelector("form");
  const field = form.querySelector("input[name=credential]");
  field.value = ""; // an answer serves once
  const said = place.querySelector("[data-jb-passkey-said]");

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const words = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const say = (text) => {
    said.textContent = text;
    said.hidden = !text;
  };

  const asked = () => {
    const { publicKey } = JSON.parse(options.textContent);
    const listed = (each) => ({ ...each, id: bytes(each.id) });
    publicKey.challenge = bytes(publicKey.challenge);
    if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
    for (const name of ["allowCredentials", "excludeCredentials"])
      if (publicKey[name]) publicKey[name] = publicKey[name].map(listed);
    return { publicKey };
  };

  const plain = (found) => {
    const response = { clientDataJSON: words(found.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
      if (found.response[name]) response[name] = words(found.response[name]);
    const { id, type } = found;
    return { id, type, rawId: words(found.rawId), response, clientExtensionResults: found.getClientExtensionResults() };
  };

  form.addEventListener(
    "submit",
    async (event) => {
      if (field.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!navigator.credentials || !window.PublicKeyCredential) {
        say("This browser uses passkeys over https only.");
        return;
      }
      say("");
      try {
        field.value = JSON.stringify(plain(await navigator.credentials[place.dataset.jbPasskey](asked())));
      } catch (error) {
        say(error.name === "InvalidStateError" ? "This passkey is yours already." : "No passkey was given.");
        return;
      }
      form.requestSubmit();
    },
    true,
  );
})();
