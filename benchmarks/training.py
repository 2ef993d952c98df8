"""The PyTorch side of the benchmark of training: answers one JSON line for each JSON line."""

import gc
import json
import os
import platform
import sys
from time import perf_counter

import numpy as np
import torch
from torch import nn

from lib.torch_network import freeze_for_s2, from_torch, paper_cnn, to_torch, torch_name, train_mode

BATCH = 128
#: What a user may choose; the fastest is taken for each strategy, beside the first, which is PyTorch's default.
FORMS = {
    f"{layout}{', foreach' if foreach else ''}": (layout == "channels_last", foreach)
    for layout in ("default layout", "channels_last")
    for foreach in (False, True)
}
trainers = {}


def floats(file):
    return torch.from_numpy(np.fromfile(file, dtype=np.float32))


def image_set(folder, name, count):
    """Images as (count, 1, 28, 28), and labels."""
    size = 28 * 28
    images = np.fromfile(os.path.join(folder, f"{name}.images"), dtype=np.float32, count=count * size)
    labels = np.fromfile(os.path.join(folder, f"{name}.labels"), dtype=np.uint8, count=count)
    return torch.from_numpy(images).reshape(-1, 1, 28, 28), torch.from_numpy(labels).long()


class Trainer:
    """The training loop that a user would write, with all images in memory."""

    def __init__(self, request, form):
        self.strategy = request["strategy"]
        self.channels_last, foreach = FORMS[form]
        torch.manual_seed(1)
        net = paper_cnn()
        if self.channels_last:
            net = net.to(memory_format=torch.channels_last)
        if self.strategy != "S1":
            freeze_for_s2(net)
        train_mode(net, self.strategy)
        self.net = net
        self.forward = nn.Sequential(net.block2, net.block3, net.block4) if self.cached else net
        start = perf_counter()
        self.images, self.labels = self.load(request, "train", request["count"])
        self.preparing = perf_counter() - start
        self.optimizer = torch.optim.RAdam(
            [p for p in net.parameters() if p.requires_grad], lr=0.002, weight_decay=1e-4, foreach=foreach
        )
        self.order = iter(())

    @property
    def cached(self):
        return self.strategy == "cached S2"

    def load(self, request, name, count):
        images, labels = image_set(request["folder"], name, count)
        if not self.cached:
            return self.laid_out(images), labels
        with torch.no_grad():
            for seen in range(0, count, 500):
                part = self.net.block1(self.laid_out(images[seen : seen + 500]))
                if seen == 0:
                    features = torch.empty(
                        (count, *part.shape[1:]),
                        memory_format=torch.channels_last if self.channels_last else torch.contiguous_format,
                    )
                features[seen : seen + 500] = part
        return features, labels

    def laid_out(self, images):
        return images.contiguous(memory_format=torch.channels_last) if self.channels_last else images

    def step(self):
        index = next(self.order, None)
        if index is None:
            self.order = iter(torch.randperm(len(self.labels)).split(BATCH))
            index = next(self.order)
        x, y = self.laid_out(self.images[index]), self.labels[index]
        self.optimizer.zero_grad()
        logits = self.forward(x)
        loss = nn.functional.cross_entropy(logits, y)
        loss.backward()
        self.optimizer.step()
        return loss.item(), (logits.argmax(1) == y).sum().item()

    def steps(self, repeats):
        start = perf_counter()
        for _ in range(repeats):
            self.step()
        return perf_counter() - start

    def evaluate(self, images, labels):
        self.net.eval()
        with torch.no_grad():
            correct = sum(
                (self.forward(self.laid_out(x)).argmax(1) == y).sum().item()
                for x, y in zip(images.split(500), labels.split(500))
            )
        train_mode(self.net, self.strategy)
        return correct


def versions(request):
    torch.set_num_threads(request["threads"])
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchThreads": torch.get_num_threads(),
        "mkldnn": torch.backends.mkldnn.is_available(),
    }


def agree(request):
    """Loss and gradients for the weights and the batch in the folder, written there in this project's order."""
    folder, strategy = request["folder"], request["strategy"]
    net = paper_cnn(dropout=0)
    if strategy != "S1":
        freeze_for_s2(net)
    train_mode(net, strategy)
    state = net.state_dict()
    values = floats(os.path.join(folder, "weights.f32"))
    for entry in request["weights"]:
        part = values[entry["from"] : entry["from"] + entry["size"]]
        state[torch_name(entry["name"])].copy_(to_torch(entry["name"], part, entry["shape"]))
    images, labels = image_set(folder, "train", BATCH)
    if strategy == "cached S2":
        with torch.no_grad():
            features = net.block1(images)
        logits = net.block4(net.block3(net.block2(features)))
    else:
        logits = net(images)
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    parameters = dict(net.named_parameters())
    gradients = [from_torch(name, parameters[torch_name(name)].grad) for name in request["wanted"]]
    torch.cat(gradients).numpy().tofile(os.path.join(folder, "theirs.f32"))
    return {"loss": loss.item()}


def radam(request):
    """The values after each step along the gradients in the file, one row a step."""
    gradients = floats(request["gradients"]).reshape(request["steps"], -1)
    theta = torch.tensor(request["start"], dtype=torch.float32, requires_grad=True)
    optimizer = torch.optim.RAdam([theta], **request["options"])
    rows = []
    for gradient in gradients:
        theta.grad = gradient.clone()
        optimizer.step()
        rows.append(theta.detach().clone())
    torch.stack(rows).numpy().tofile(request["values"])
    return {}


def prepare(request):
    """Trainers in the default form and in the fastest of all."""
    candidates = {name: Trainer(request, name) for name in FORMS}
    for trainer in candidates.values():
        trainer.steps(2)
    times = {}
    for _ in range(request["tries"]):
        for name, trainer in candidates.items():
            times[name] = min(times.get(name, float("inf")), trainer.steps(2) / 2)
    default, form = next(iter(FORMS)), min(times, key=times.get)
    trainers[request["strategy"]] = {"default": candidates[default], "fastest": candidates[form]}
    del candidates, trainer
    gc.collect()
    return {"form": form, "times": times}


def steps(request):
    return {"seconds": trainers[request["strategy"]][request["form"]].steps(request["repeats"])}


def memory(request):
    """Memory in use after each of some short epochs; then the most of all with the whole data set."""
    # What an import leaves behind is not the training's.
    started = resident()["now"]
    short = {**request, **request["short"]}
    trainer = Trainer(short, request["form"])
    test = trainer.load(short, "test", short["test"])
    epochs = []
    for _ in range(short["epochs"]):
        trainer.steps(short["count"] // BATCH)
        trainer.evaluate(*test)
        gc.collect()
        epochs.append({"memory": resident()["now"], "tensors": alive()})
    del trainer, test
    gc.collect()
    trainer = Trainer(request, request["form"])
    trainer.steps(request["steps"])
    return {"started": started, "epochs": epochs, "preparing": trainer.preparing, "peak": resident()["peak"]}


def alive():
    return sum(issubclass(type(thing), torch.Tensor) for thing in gc.get_objects())


def resident():
    """Bytes in use now and at most, or None where the system does not tell."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            lines = dict(line.split(":", 1) for line in file)
        return {k: int(lines[v].split()[0]) * 1024 for k, v in (("now", "VmRSS"), ("peak", "VmHWM"))}
    except OSError:
        return {"now": None, "peak": most()}


def most():
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


OPERATIONS = {each.__name__: each for each in (versions, agree, radam, prepare, steps, memory)}

for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(OPERATIONS[request["operation"]](request)), flush=True)
