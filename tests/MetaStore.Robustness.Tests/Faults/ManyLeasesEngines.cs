using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary><see cref="ManyLeasesTests"/> in memory.</summary>
public sealed class ManyLeasesOnMemory(ITestOutputHelper output) : ManyLeasesTests("memory", output);

/// <summary><see cref="ManyLeasesTests"/> on disk.</summary>
public sealed class ManyLeasesOnRocksDb(ITestOutputHelper output) : ManyLeasesTests("rocksdb", output);
