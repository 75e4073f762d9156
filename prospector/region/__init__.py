"""Region files and deposit models: TOML as frozen values."""

from prospector.region.deposit_model import DepositModel, deposit_model_names, load_deposit_model
from prospector.region.region_file import Region, load_region

__all__ = ["DepositModel", "Region", "deposit_model_names", "load_deposit_model", "load_region"]
