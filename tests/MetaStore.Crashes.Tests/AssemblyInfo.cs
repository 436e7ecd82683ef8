// Each test starts servers of its own; on two cores they would only slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
