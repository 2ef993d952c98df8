"""The paper's CNN in PyTorch, and the way between its weights and those of this project."""

from collections import OrderedDict

import torch
from torch import nn

#: Extents of what Flatten sees: this project counts (row, column, channel), PyTorch (channel, row, column).
FLAT = (8, 8, 64)


def paper_cnn(dropout=1.0):
    """Table 1 in the order of Fig. 4, up to the logits; `dropout` is a factor on the paper's rates."""

    def relu():
        return nn.ReLU(inplace=True)

    def block(**layers):
        return nn.Sequential(OrderedDict(layers))

    return block(
        block1=block(
            conv1=nn.Conv2d(1, 32, 3),
            relu1=relu(),
            conv1_bn=nn.BatchNorm2d(32),
            conv2=nn.Conv2d(32, 32, 3),
            relu2=relu(),
            pool=nn.MaxPool2d(2),
            drop=nn.Dropout(0.25 * dropout),
            conv2_bn=nn.BatchNorm2d(32),
        ),
        block2=block(
            conv3=nn.Conv2d(32, 64, 3),
            relu3=relu(),
            conv3_bn=nn.BatchNorm2d(64),
            conv4=nn.Conv2d(64, 64, 3),
            relu4=relu(),
            drop=nn.Dropout(0.25 * dropout),
            flatten=nn.Flatten(),
            conv4_bn=nn.BatchNorm1d(4096),
        ),
        block3=block(
            fc1=nn.Linear(4096, 512),
            relu1=relu(),
            drop=nn.Dropout(0.5 * dropout),
            fc1_bn=nn.BatchNorm1d(512),
        ),
        block4=block(
            fc2=nn.Linear(512, 64),
            relu2=relu(),
            fc2_bn=nn.BatchNorm1d(64),
            fc3=nn.Linear(64, 10),
            fc3_bn=nn.BatchNorm1d(10),
        ),
    )


SUFFIX = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def torch_name(name):
    """block1/conv1-bn/gamma is block1.conv1_bn.weight here."""
    block, layer, weight = name.split("/")
    return f"{block}.{layer.replace('-', '_')}.{SUFFIX[weight]}"


def to_torch(name, values, shape):
    values = values.reshape(shape)
    if name.endswith("/kernel") and len(shape) == 4:
        return values.permute(3, 2, 0, 1)
    if name == "block3/fc1/kernel":
        return values.reshape(*FLAT, -1).permute(3, 2, 0, 1).flatten(1)
    if name.endswith("/kernel"):
        return values.T
    if values.numel() == FLAT[0] * FLAT[1] * FLAT[2]:
        return values.reshape(FLAT).permute(2, 0, 1).flatten()
    return values


def from_torch(name, tensor):
    """What `to_torch` undoes, as a flat tensor."""
    if name.endswith("/kernel") and tensor.dim() == 4:
        return tensor.permute(2, 3, 1, 0).flatten()
    height, width, channels = FLAT
    if name == "block3/fc1/kernel":
        return tensor.reshape(-1, channels, height, width).permute(2, 3, 1, 0).flatten()
    if name.endswith("/kernel"):
        return tensor.T.flatten()
    if tensor.numel() == height * width * channels:
        return tensor.reshape(channels, height, width).permute(1, 2, 0).flatten()
    return tensor.flatten()


def freeze_for_s2(net):
    """Only Blocks 2 and 4 are trained; the others keep their statistics and drop nothing."""
    for block in (net.block1, net.block3):
        block.requires_grad_(False)


def train_mode(net, strategy):
    net.train()
    if strategy != "S1":
        net.block1.eval()
        net.block3.eval()
