// Starts Swagger UI. Whoever has authorized stays so over a reload, and for this tab only: Swagger UI itself would keep the secret in
// localStorage, which every tab can read and which nothing ever clears.

const key = "swagger.authorized";

const keepAuthorization = () => ({
  statePlugins: {
    auth: {
      wrapActions: {
        // Swagger UI asks for this after each change, of signing out too.
        persistAuthorizationIfNeeded: (original, system) => () =>
          sessionStorage.setItem(key, JSON.stringify(system.authSelectors.authorized())),
      },
    },
  },
});

const ui = SwaggerUIBundle({
  url: new URL("v1/swagger.json", location.href).href,
  dom_id: "#swagger-ui",
  layout: "StandaloneLayout",
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  plugins: [keepAuthorization, () => ({ components: { Topbar: () => null } })],
  validatorUrl: null,
  deepLinking: true,
  displayRequestDuration: true,
  showCommonExtensions: true,
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 2,
  onComplete: () => {
    const kept = sessionStorage.getItem(key);
    if (kept !== null) {
      ui.authActions.restoreAuthorization(JSON.parse(kept));
    }

    // The page may call the address that it was opened at and no other, whatever the service's public one is.
    const here = ui.specSelectors.servers().map(server => server.get("url")).find(url => new URL(url, location.href).origin === location.origin);
    if (here !== undefined) {
      ui.oas3Actions.setSelectedServer(here);
    }
  },
});
