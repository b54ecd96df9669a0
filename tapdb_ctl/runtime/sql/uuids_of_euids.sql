SELECT uuid, euid FROM generic_instance WHERE euid = ANY (:euids)
