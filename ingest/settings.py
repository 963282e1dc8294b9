"""The limits under which a stranger's file is read."""

from pydantic import BaseModel, ConfigDict, Field


class IngestSettings(BaseModel):
    """Bounds for one file. They exist because a PDF is a program that somebody else wrote."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_file_mb: int = Field(100, ge=1, le=2000, description="larger files are skipped, with the reason")
    max_pages: int = Field(5000, ge=1, le=100_000)
    memory_mb: int = Field(1536, ge=256, le=16384, description="address space of the child that reads one file")
    cpu_seconds: int = Field(60, ge=1, le=3600)
    wall_seconds: int = Field(120, ge=1, le=3600)
    max_text_mb: int = Field(50, ge=1, le=500, description="text that one file may give")
