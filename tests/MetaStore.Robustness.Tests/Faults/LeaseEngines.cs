namespace MetaStore.Robustness.Tests.Faults;

/// <summary><see cref="LeaseTests"/> in memory.</summary>
public sealed class LeaseOnMemory() : LeaseTests("memory");

/// <summary><see cref="LeaseTests"/> on disk.</summary>
public sealed class LeaseOnRocksDb() : LeaseTests("rocksdb");
