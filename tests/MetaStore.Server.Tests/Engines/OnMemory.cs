using MetaStore.Server.Tests.Services;
using MetaStore.Server.Tests.Services.Concurrency;

namespace MetaStore.Server.Tests.Engines;

// Every test class for a running node, on this engine. Add a new class here and in the other file.

public sealed class ClusterServiceOnMemory() : ClusterServiceTests("memory");

public sealed class KvServiceOnMemory() : KvServiceTests("memory");

public sealed class LeaseServiceOnMemory() : LeaseServiceTests("memory");

public sealed class LockAndElectionOnMemory() : LockAndElectionTests("memory");

public sealed class MaintenanceServiceOnMemory() : MaintenanceServiceTests("memory");

public sealed class RangeStreamOnMemory() : RangeStreamTests("memory");

public sealed class WatchServiceOnMemory() : WatchServiceTests("memory");
