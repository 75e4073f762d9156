"""Region files and deposit models: TOML as frozen values."""

from prospector.region.deposit_model import DepositModel
from prospector.region.region_file import Region, load_region
from prospector.region.shipped_models import deposit_model_names, load_deposit_model

__all__ = ["DepositModel", "Region", "deposit_model_names", "load_deposit_model", "load_region"]
