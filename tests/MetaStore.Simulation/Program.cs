using MetaStore.Simulation;

return Commands.Run(args);
