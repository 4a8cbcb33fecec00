"""What leaves the lab: a run in; a directory with an ONNX network, its facts and its card out; and back.

Read in this order:

* `format`: `bundle.json`, every key of it, read strictly.
* `export`: the network of a run becomes `model.onnx` (the one file here that knows the training framework).
* `head_nodes`: the head and the saliency of every class, written as ordinary ONNX nodes.
* `writing` and `card`: the directory, put in place whole, and its model card.
* `loading`: everything verified, no code run; `onnx_file` reads the network and writes it again.
* `opening` and `running`: ONNX Runtime, given only what was written again, within limits; a trial image.
* `prediction`: images in, answers out.

Nothing is imported here: `loading` and `prediction` serve installations without pandas and Keras.
"""
