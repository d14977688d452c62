// Hot spots move the map; the map follows the size of its place; a film plays.
(() => {
  "use strict";
  const place = document.querySelector(".folium-map");
  const map = place && window[place.id];
  if (!map) return;
  new ResizeObserver(() => map.invalidateSize()).observe(place);
  hatch();
  fitPaper();
  let ring = null;
  for (const button of document.querySelectorAll(".spots button")) {
    button.addEventListener("click", () => {
      const at = [Number(button.dataset.lat), Number(button.dataset.lon)];
      if (ring) ring.remove();
      ring = L.circleMarker(at, { radius: 26, className: "ring", interactive: false }).addTo(map);
      map.setView(at, Math.max(map.getZoom(), 16));
      if (place.getBoundingClientRect().top < 0) place.scrollIntoView({ block: "start" });
    });
  }
  const film = document.querySelector(".film");
  if (film) show(film);

  // Paper is narrower than a screen: the same ground goes onto it, and back onto the screen afterwards.
  function fitPaper() {
    const still = { animate: false, pan: false };
    let screen = null;
    let chosen = false; // a reader who moved the map wants what is seen
    map.on("dragend zoomend", () => { chosen = chosen || !screen; });
    window.addEventListener("beforeprint", () => {
      const seen = map.getBounds();
      screen = [map.getCenter(), map.getZoom()];
      const drawn = L.latLngBounds([]);
      map.eachLayer((layer) => {
        const { id, properties } = layer.feature || {};
        if (layer.getBounds && (id === "grid" || (properties && properties.css))) drawn.extend(layer.getBounds());
      });
      Object.assign(place.style, { width: "680px", height: "470px", flex: "none", margin: "0 auto" });
      map.invalidateSize(still);
      map.fitBounds(drawn.isValid() && !chosen ? drawn : seen, { animate: false, padding: [6, 6] });
    });
    window.addEventListener("afterprint", () => {
      if (!screen) return;
      place.removeAttribute("style");
      map.invalidateSize(still);
      map.setView(...screen, { animate: false });
      screen = null;
    });
  }

  // What cannot be told is hatched: a colour would say something.
  function hatch() {
    const drawn = place.querySelector(".leaflet-overlay-pane svg");
    if (!drawn) return;
    const make = (name, values) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
      return made;
    };
    const pattern = make("pattern", {
      id: "unsaid", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
    });
    pattern.append(make("line", { class: "hatch", x1: 0, y1: 0, x2: 0, y2: 7 }));
    const defs = make("defs", {});
    defs.append(pattern);
    drawn.append(defs);
  }

  function show(film) {
    const labels = film.dataset.labels.split("|");
    const counts = film.dataset.counts.split("|");
    const slider = film.querySelector("input");
    const play = film.querySelector(".play");
    const [label, count] = film.querySelector("output").children;
    const shapes = [];
    map.eachLayer((layer) => {
      const path = layer.getElement && layer.getElement();
      const when = layer.feature && layer.feature.properties.when;
      if (path && when) shapes.push([path, when]);
    });
    let timer = 0;
    const draw = () => {
      const n = Number(slider.value);
      for (const [path, when] of shapes) {
        path.classList.remove("off", "heat-0", "heat-1", "heat-2", "heat-3", "heat-4");
        path.classList.add(when[n] === "-" ? "off" : `heat-${when[n]}`);
      }
      label.textContent = labels[n];
      count.textContent = `· ${counts[n]}`;
      slider.setAttribute("aria-valuetext", `${labels[n]}: ${counts[n]}`);
    };
    const step = (by) => {
      slider.value = (Number(slider.value) + by + labels.length) % labels.length;
      draw();
    };
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      play.textContent = "▶";
      play.setAttribute("aria-label", film.dataset.play);
    };
    play.addEventListener("click", () => {
      if (timer) return stop();
      timer = setInterval(() => step(1), 900);
      play.textContent = "⏸\uFE0E";
      play.setAttribute("aria-label", film.dataset.stop);
    });
    film.querySelector(".back").addEventListener("click", () => { stop(); step(-1); });
    film.querySelector(".on").addEventListener("click", () => { stop(); step(1); });
    slider.addEventListener("input", () => { stop(); draw(); });
    draw();
  }
})();
