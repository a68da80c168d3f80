"""Setting: factors of a picture put at values, by what their walks predict and by what is seen."""
