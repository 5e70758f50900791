"""python peer_torch.py NETWORK plain|tuned|compiled: trains a reference network with PyTorch.

plain: as most people write it. tuned: channels last and the fused Adam. compiled: that, and
torch.compile. Shuffling is included; the accuracy, which training-bench counts too, is not.
"""
import sys
import torch
from torch import nn
import torch.nn.functional as F
from peer_data import AUTOENCODER_UNITS, BATCH, MOBILENET_BLOCKS, NETWORKS, report, samples

name, mode = sys.argv[1:3]
torch.set_num_threads(2)
torch.manual_seed(0)
classes = NETWORKS[name][1]


def normalized(channels, filters, size, stride=1, padding=1, groups=1):
    return nn.Sequential(
        nn.Conv2d(channels, filters, size, stride, padding, groups=groups),
        nn.BatchNorm2d(filters, eps=1e-3), nn.ReLU())


def separable(channels, filters, stride=1):
    return nn.Sequential(
        normalized(channels, channels, 3, stride, groups=channels),
        normalized(channels, filters, 1, padding=0))


class Residual(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.first = normalized(channels, filters, 3, stride)
        self.second = nn.Conv2d(filters, filters, 3, padding=1)
        self.norm = nn.BatchNorm2d(filters, eps=1e-3)
        self.shortcut = nn.Conv2d(channels, filters, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x):
        return F.relu(self.shortcut(x) + self.norm(self.second(self.first(x))))


class LastStep(nn.Module):
    def __init__(self, layer, units):
        super().__init__()
        self.layer, self.dense = layer, nn.Linear(units, classes)

    def forward(self, x):
        return self.dense(self.layer(x)[0][:, -1])


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.projection, self.out = (
            nn.Linear(10, 32), nn.Linear(32, 96), nn.Linear(32, 32))
        self.norm, self.dense = nn.LayerNorm(32), nn.Linear(32, classes)

    def forward(self, x):
        x = self.embed(x)
        query, key, value = self.projection(x).chunk(3, dim=-1)
        x = x + self.out(F.scaled_dot_product_attention(query, key, value))
        return self.dense(self.norm(x).mean(1))


def build():
    match name:
        case "mlp":
            return nn.Sequential(
                nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, classes))
        case "lenet":
            return nn.Sequential(
                nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.ReLU(),
                nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, classes))
        case "dscnn":
            return nn.Sequential(
                normalized(1, 64, (10, 4), 2, (5, 1)), *(separable(64, 64) for _ in range(4)),
                nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))
        case "resnet8":
            return nn.Sequential(
                normalized(3, 16, 3), Residual(16, 16, 1), Residual(16, 32, 2),
                Residual(32, 64, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))
        case "mobilenet":
            blocks, channels = [normalized(3, 8, 3, 2)], 8
            for filters, stride in MOBILENET_BLOCKS:
                blocks.append(separable(channels, filters, stride))
                channels = filters
            return nn.Sequential(
                *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(256, classes))
        case "ae":
            blocks, width = [], 640
            for units in AUTOENCODER_UNITS:
                blocks += [nn.Linear(width, units), nn.BatchNorm1d(units, eps=1e-3), nn.ReLU()]
                width = units
            return nn.Sequential(*blocks, nn.Linear(width, 640))
        case "lstm":
            return LastStep(nn.LSTM(28, 64, batch_first=True), 64)
        case "gru":
            return LastStep(nn.GRU(10, 32, batch_first=True), 32)
        case "attn":
            return Attention()


inputs, answers = (torch.from_numpy(values) for values in samples(name))
model = build()
if inputs.ndim == 4:
    inputs = inputs.permute(0, 3, 1, 2).contiguous()
    if mode != "plain":
        inputs = inputs.contiguous(memory_format=torch.channels_last)
        model = model.to(memory_format=torch.channels_last)
optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=mode != "plain")
if mode == "compiled":
    model = torch.compile(model)
loss = F.mse_loss if classes is None else F.cross_entropy


def epoch():
    order = torch.randperm(len(inputs))
    for start in range(0, len(inputs), BATCH):
        batch = order[start:start + BATCH]
        x = inputs[batch]
        optimizer.zero_grad(set_to_none=True)
        loss(model(x), x if classes is None else answers[batch]).backward()
        optimizer.step()


report(name, "PyTorch-" + mode, epoch)
