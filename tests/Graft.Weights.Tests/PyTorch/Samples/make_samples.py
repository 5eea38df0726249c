"""Saves small state files with torch.save, and one whose pickle calls os.system. Needs PyTorch 1.13 or later."""
import os
import pickle
import zipfile

import torch

FOLDER = os.path.dirname(os.path.abspath(__file__))


class Attack:
    def __reduce__(self):
        return os.system, ("touch attacked",)


def main():
    base = torch.arange(24.0).reshape(4, 6) / 8
    state = {
        "plain": base,
        "transposed": base.t(),
        "row": base[1],
        "every_other": torch.nn.Parameter(base[:, ::2]),
        "half": base.half(),
        "bfloat16": base.bfloat16(),
        "counter": torch.tensor(41),
        "integers": torch.tensor([1, -2, 3]),
        "channels_last": torch.arange(24.0).reshape(1, 2, 3, 4).contiguous(memory_format=torch.channels_last),
    }
    torch.save(state, os.path.join(FOLDER, "state.pth"))
    torch.save({"epoch": 3, "lr": 0.5, "state_dict": torch.nn.Sequential(torch.nn.Linear(2, 3)).state_dict(), "name": None}, os.path.join(FOLDER, "checkpoint.pth"))
    torch.save(state, os.path.join(FOLDER, "legacy.pth"), _use_new_zipfile_serialization=False)
    with zipfile.ZipFile(os.path.join(FOLDER, "attack.pth"), "w") as archive:
        archive.writestr("attack/data.pkl", pickle.dumps({"weight": Attack()}, protocol=2))


if __name__ == "__main__":
    main()
