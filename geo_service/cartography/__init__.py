"""How a map is drawn: its definition and the layers become a Folium document."""
