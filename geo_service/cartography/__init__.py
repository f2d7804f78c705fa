"""How a map is drawn: a definition and the layers that it names become one document by Folium."""
