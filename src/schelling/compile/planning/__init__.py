"""What is planned of a case before there are arrays: order, twins, needs, luck of moves."""
