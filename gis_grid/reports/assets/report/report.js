// Hot spots move the map; the map follows the size of its place.
(() => {
  "use strict";
  const place = document.querySelector(".folium-map");
  const map = place && window[place.id];
  if (!map) return;
  new ResizeObserver(() => map.invalidateSize()).observe(place);
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
})();
