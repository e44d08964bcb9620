"""What students write for pictures, sounds and volumes."""

import torch
import torch.nn.functional as F
from torch import nn


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class LeNetInLists(nn.Module):
    """The convolutions hide in a list, and the head is registered first."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(16 * 4 * 4, 10)
        self.convs = [nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)]

    def forward(self, x):
        for conv in self.convs:
            x = F.max_pool2d(F.relu(conv(x)), 2)
        return self.head(x.view(-1, 16 * 4 * 4))


class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        layers, channels = [], 3
        for width in (8, 16, 32):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
            layers.append(nn.MaxPool2d(2))
            channels = width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Linear(32 * 4 * 4, 64), nn.Dropout(), nn.Linear(64, 10))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Block(nn.Module):
    def __init__(self, channels, width, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.shortcut = nn.Identity()
        if stride > 1 or channels != width:
            self.shortcut = nn.Conv2d(channels, width, 1, stride)

    def forward(self, x):
        out = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(out)) + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.blocks = nn.Sequential(Block(8, 8), Block(8, 16, 2))
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = self.blocks(self.stem(x))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down1 = nn.Conv2d(1, 8, 3, padding=1)
        self.down2 = nn.Conv2d(8, 16, 3, padding=1)
        self.middle = nn.Conv2d(16, 16, 3, padding=1)
        self.up = nn.ConvTranspose2d(16, 8, 2, 2)
        self.out = nn.Conv2d(16, 2, 1)

    def forward(self, x):
        one = F.relu(self.down1(x))
        two = F.relu(self.down2(F.max_pool2d(one, 2)))
        up = self.up(F.relu(self.middle(two)))
        return self.out(torch.cat([one, up], dim=1))


class ConvAutoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Flatten())
        self.code = nn.Linear(8 * 14 * 14, 16)
        self.decode = nn.Linear(16, 8 * 14 * 14)
        self.up = nn.ConvTranspose2d(8, 1, 2, 2)

    def forward(self, x):
        z = self.code(self.encoder(x))
        out = self.up(self.decode(z).view(-1, 8, 14, 14))
        return torch.sigmoid(out), z


class PatchTransformer(nn.Module):
    """A vision transformer: patches of 8 pixels of a picture of 32."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 24, 8, 8)
        self.token = nn.Parameter(torch.zeros(1, 1, 24))
        self.positions = nn.Parameter(torch.randn(1, 17, 24))
        layer = nn.TransformerEncoderLayer(24, 4, 48, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1)
        self.head = nn.Linear(24, 10)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(len(x), -1, -1), x], dim=1) + self.positions
        return self.head(self.encoder(x)[:, 0])


class SoundNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv1d(1, 8, 9, 4), nn.ReLU(), nn.Conv1d(8, 16, 9, 4))
        self.fc = nn.Linear(16 * 60, 5)

    def forward(self, wave):
        return self.fc(F.relu(self.conv(wave)).flatten(1))


class VolumeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv3d(1, 4, 3, padding=1)
        self.fc = nn.Linear(4 * 2 * 2 * 2, 2)

    def forward(self, scan):
        return self.fc(F.max_pool3d(F.relu(self.conv(scan)), 4).flatten(1))


class Generator(nn.Module):
    """Of pictures from noise, as in a DCGAN."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.ConvTranspose2d(32, 16, 4, 1, 0),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.ConvTranspose2d(16, 1, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, noise):
        return self.net(noise)


class NoiseGenerator(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(20, 8 * 7 * 7)
        self.up = nn.ConvTranspose2d(8, 1, 4, 4)

    def forward(self, z):
        return self.up(self.fc(z).view(z.size(0), 8, 7, 7))


class Discriminator(nn.Module):
    """It is given a picture and flattens it itself."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(784, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))

    def forward(self, img):
        return torch.sigmoid(self.net(img.view(img.size(0), 784)))


class AtariNet(nn.Module):
    """A DQN over four frames."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(4, 8, 8, 4), nn.ReLU(), nn.Conv2d(8, 16, 4, 2), nn.ReLU()
        )
        self.q = nn.Linear(16 * 9 * 9, 6)

    def forward(self, frames):
        return self.q(self.conv(frames / 255.0).reshape(frames.shape[0], -1))


class Siamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.embed = nn.Linear(4 * 14 * 14, 8)

    def once(self, x):
        return self.embed(F.max_pool2d(F.relu(self.conv(x)), 2).flatten(1))

    def forward(self, x1, x2):
        return F.pairwise_distance(self.once(x1), self.once(x2))


class Denoiser(nn.Module):
    """A step of a diffusion model: a picture and a time for each."""

    def __init__(self):
        super().__init__()
        self.time = nn.Embedding(100, 8)
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 1, 3, padding=1)

    def forward(self, x, t):
        shift = self.time(t)[:, :, None, None]
        return self.conv2(F.relu(self.conv1(x) + shift))


class SqueezeExcite(nn.Module):
    def __init__(self, channels=16):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(channels, 4), nn.ReLU(), nn.Linear(4, channels))

    def forward(self, x):
        b, c, _, _ = x.shape
        weight = torch.sigmoid(self.fc(x.mean(dim=(2, 3)))).view(b, c, 1, 1)
        return x * weight


class Pairs(nn.Module):
    """Both pictures of a pair go through one network, in the batch meanwhile."""

    def __init__(self):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(1, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())

    def forward(self, pairs):
        batch = pairs.shape[0]
        codes = self.cnn(pairs.view(batch * 2, *pairs.shape[2:])).view(batch, 2, -1)
        return F.cosine_similarity(codes[:, 0], codes[:, 1])
