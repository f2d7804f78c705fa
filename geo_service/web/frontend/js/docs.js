// The description of the API, to read and to try. Everything comes from this server; nothing is sent to a validator elsewhere.
import SwaggerUI from "swagger-ui-dist/swagger-ui-bundle.js";

const target = document.querySelector("#api");
SwaggerUI({ domNode: target, url: target.dataset.description, validatorUrl: null, docExpansion: "list", defaultModelsExpandDepth: -1, syntaxHighlight: { activated: false } });

// What Swagger UI leaves out for people without a mouse or a screen: texts that scroll by keyboard, and a name for each choice.
new MutationObserver(() => {
  for (const text of target.querySelectorAll("pre:not([tabindex])")) text.tabIndex = 0;
  for (const choice of target.querySelectorAll("select:not([aria-label], [id])")) choice.setAttribute("aria-label", target.dataset.choice);
}).observe(target, { childList: true, subtree: true });
