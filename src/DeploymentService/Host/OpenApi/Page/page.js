// Starts Swagger UI.

const key = "swagger.authorized";

// Whoever has authorized stays so over a reload, and in this tab only: Swagger UI itself would keep the secret in localStorage, which every tab can
// read and which nothing ever clears.
const keepAuthorization = () => ({
  statePlugins: {
    auth: {
      wrapActions: {
        // Swagger UI asks for this after each change, after signing out too.
        persistAuthorizationIfNeeded: (original, system) => () =>
          sessionStorage.setItem(key, JSON.stringify(system.authSelectors.authorized())),
      },
    },
  },
});

// The page may call the address that it was opened at and no other, whatever the public address of the service is.
const callHere = () => ({
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (original) => (document) =>
          original({ ...document, servers: [{ url: new URL("..", location.href).href.replace(/\/$/, "") }] }),
      },
    },
  },
});

// To a request of a page no 401 offers Basic, at which the browser would open a dialogue and the page's request hang. Not as a header that Swagger UI knows
// of: it would show it in every curl command.
const send = window.fetch;
window.fetch = (resource, options) => {
  const request = new Request(resource, options);
  request.headers.set("X-Requested-With", "swagger-ui");
  return send(request);
};

const ui = SwaggerUIBundle({
  url: new URL("v1/swagger.json", location.href).href,
  dom_id: "#swagger-ui",
  layout: "StandaloneLayout",
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  plugins: [keepAuthorization, callHere, () => ({ components: { Topbar: () => null } })],
  validatorUrl: null,
  deepLinking: true,
  displayRequestDuration: true,
  showCommonExtensions: true,
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 2,
  onComplete: () => {
    const authorized = JSON.parse(sessionStorage.getItem(key));
    if (authorized !== null) {
      ui.authActions.restoreAuthorization({ authorized });
    }
  },
});
